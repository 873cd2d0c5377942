from odoo.http import request

from ..tools import upload, vin

LONGEST = {
    "subject": 200,
    "text": 5_000,
    "contact_name": 100,
    "phone": 40,
    "email": 254,
    "vehicle": 40,
    "mileage": 9,
    "category_id": 12,
    "vehicle_id": 12,
}
# Form fields beside the files: all together, with what is around them.
FORM_SIZE = 256 * 1024


class ComplaintForm:
    """What the forms of the portal and of the public page have in common."""

    def _get_max_size(self):
        """Return how many bytes a request may have: asked before it is read."""
        Post = request.env["truck.complaint.web.post"]
        size = Post._get_limit("files") * Post._get_limit("megabytes") * 1024 * 1024
        return size + FORM_SIZE

    def _read_form(self, post, required):
        """Return (values, errors by field) of what was typed.

        :param dict post: as it came
        :param required: names that must not be empty
        """
        values, errors = {}, {}
        for name, longest in LONGEST.items():
            text = str(post.get(name) or "").replace("\x00", "").strip()
            if len(text) > longest:
                errors[name] = request.env._(
                    "This is too long: at most %(count)s characters.", count=longest
                )
            elif not text and name in required:
                errors[name] = request.env._("Please fill this in.")
            values[name] = text[:longest]
        return values, errors

    def _read_number(self, text):
        """Return a whole number that was typed, with blanks and commas; else 0."""
        text = text.replace(",", "").replace(" ", "")
        return int(text) if text.isascii() and text.isdigit() else 0

    def _check_vehicle(self, text):
        """Return what is wrong with a VIN; nothing for what may be a plate.

        Looks at the text alone: it must not tell which trucks we know.
        """
        number = vin.normalise(text)
        if len(number) < 13:
            return None
        if len(number) != vin.VIN_LENGTH:
            return request.env._(
                "A VIN has 17 characters, this has %(count)s. Read it once more from"
                " the type plate or the registration certificate.",
                count=len(number),
            )
        wrong = vin.wrong_characters(number)
        if wrong:
            return request.env._(
                "A VIN never holds %(wrong)s: only digits and letters without I, O"
                " and Q. Read it once more.",
                wrong=", ".join(wrong),
            )
        return None

    def _describe_files(self):
        """Return what the page must know to refuse files before they are sent."""
        Post = request.env["truck.complaint.web.post"]
        most, megabytes = Post._get_limit("files"), Post._get_limit("megabytes")
        return {
            "most_files": most,
            "most_megabytes": megabytes,
            "too_many_files": self._say_too_many(most),
            "too_large_file": self._say_too_large(megabytes),
        }

    def _say_too_many(self, most):
        return request.env._("At most %(count)s files, please.", count=most)

    def _say_too_large(self, megabytes):
        return request.env._("A file may have at most %(size)s MB.", size=megabytes)

    def _read_files(self, name="files"):
        """Return (files, error) of what was uploaded; each as (name, content, type)."""
        Post = request.env["truck.complaint.web.post"]
        most, megabytes = Post._get_limit("files"), Post._get_limit("megabytes")
        uploads = [
            file for file in request.httprequest.files.getlist(name) if file.filename
        ]
        if len(uploads) > most:
            return [], self._say_too_many(most)
        files = []
        for file in uploads:
            content = file.read(megabytes * 1024 * 1024 + 1)
            if len(content) > megabytes * 1024 * 1024:
                return [], self._say_too_large(megabytes)
            mimetype = upload.sniff(content)
            if not mimetype:
                return [], request.env._(
                    "Only photos, videos and PDF files can be sent. Please leave out"
                    " %(name)s.",
                    name=file.filename[:80],
                )
            files.append((upload.safe_name(file.filename, mimetype), content, mimetype))
        return files, None
