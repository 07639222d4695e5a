# tries:    a symbolic link to the solution, packed in a zip
# attack:   a link to the solution
# course:   judged
# vanilla:  untried
# verdict:  refused
# score:    none
# reason:   is a link or a device
import io
import stat
import zipfile


def upload(notebook: bytes) -> dict[str, bytes]:
    entry, stream = zipfile.ZipInfo("ps1.ipynb"), io.BytesIO()
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(entry, "../../../source/ps1/ps1.ipynb")
    return {"link_in_a_zip.zip": stream.getvalue()}
