# tries:    a tar with an absolute path
# attack:   absolute paths
# course:   judged
# vanilla:  untried
# verdict:  refused
# score:    none
# reason:   is not a path inside
import io
import tarfile


def upload(notebook: bytes) -> dict[str, bytes]:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        entry = tarfile.TarInfo("/etc/cron.d/ps1")
        entry.size = len(notebook)
        archive.addfile(entry, io.BytesIO(notebook))
    return {"absolute.tar.gz": stream.getvalue()}
