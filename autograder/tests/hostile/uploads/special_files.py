# tries:    tars with a device, a FIFO, a hard link and a symbolic link instead of the notebook
# attack:   devices, FIFOs, hard links; a link to the solution
# course:   judged
# vanilla:  untried
# verdict:  refused
# score:    none
# reason:   is a link or a device
import io
import tarfile

KINDS = {"block": tarfile.BLKTYPE, "fifo": tarfile.FIFOTYPE, "hard": tarfile.LNKTYPE, "soft": tarfile.SYMTYPE}


def upload(notebook: bytes) -> dict[str, bytes]:
    uploads = {}
    for name, kind in KINDS.items():
        entry, stream = tarfile.TarInfo("ps1.ipynb"), io.BytesIO()
        entry.type, entry.linkname = kind, "../../../source/ps1/ps1.ipynb"
        with tarfile.open(fileobj=stream, mode="w") as archive:
            archive.addfile(entry)
        uploads[f"{name}_special.tar"] = stream.getvalue()
    return uploads
