# tries:    an archive that contains a receipt from years ago and someone's feedback
# attack:   a dishonest timestamp
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
import io
import zipfile

STUDENT = "dishonest-timestamp"


def upload(notebook: bytes) -> dict[str, bytes]:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("ps1.ipynb", notebook)
        archive.writestr("timestamp.txt", b"2001-01-01 00:00:00 UTC")
        archive.writestr("feedback/ps1.html", b"<h1>20 of 20</h1>")
    return {"dishonest-timestamp.zip": stream.getvalue()}
