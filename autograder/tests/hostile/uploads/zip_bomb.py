# tries:    a zip of two hundred kilobytes that unpacks to two hundred megabytes
# attack:   zip and tar bombs
# course:   judged
# vanilla:  untried
# verdict:  refused
# score:    none
# reason:   times its size
import io
import zipfile


def upload(notebook: bytes) -> dict[str, bytes]:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ps1.ipynb", bytes(200 << 20))
    return {"zip_bomb.zip": stream.getvalue()}
