# tries:    a zip of twenty thousand empty files
# attack:   a million tiny files
# course:   judged
# vanilla:  untried
# verdict:  refused
# score:    none
# reason:   it contains more than
import io
import zipfile


def upload(notebook: bytes) -> dict[str, bytes]:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("ps1.ipynb", notebook)
        for number in range(20_000):
            archive.writestr(f"{number}.txt", b"")
    return {"tiny_files.zip": stream.getvalue()}
