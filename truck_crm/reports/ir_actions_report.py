import io

from reportlab.pdfgen import canvas

from odoo import api, models
from odoo.tools.pdf import PdfFileReader, PdfFileWriter, generic

PREFIX = "truck_crm.report_"
MM = 72 / 25.4
# The head of the first page, from the edge of the paper; it is copied into the margin
# of the others, this much higher. Goes with the margins of our paper formats.
HEAD_FROM, HEAD_TO, LIFT = 19 * MM, 28 * MM, 10 * MM


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Our documents are made one by one; each page bears head and number.

        The build of wkhtmltopdf that distributions ship prints neither headers nor
        footers, and cannot tell documents apart that it made together.
        """
        render = super()._render_qweb_pdf_prepare_streams
        name = self._get_report(report_ref).report_name or ""
        if not name.startswith(PREFIX) or not res_ids:
            return render(report_ref, data, res_ids=res_ids)
        streams = {}
        for res_id in dict.fromkeys(res_ids):
            streams |= render(report_ref, data, res_ids=[res_id])
        for stream in streams.values():
            stream["stream"] = self._truck_number_pages(stream["stream"])
        return streams

    def _truck_number_pages(self, stream):
        """Return a PDF with the first page's head and "page / pages" on each page.

        :param stream: file of a PDF
        :return: file of another PDF
        """
        reader, writer = PdfFileReader(stream), PdfFileWriter()
        head, count = PdfFileReader(stream).getPage(0), reader.getNumPages()
        for number in range(count):
            # only a page that has a writer can be written on
            writer.addPage(reader.getPage(number))
            page = writer.getPage(number)
            width, height = (float(side) for side in page.mediaBox[2:])
            if number:
                strip = (0, height - HEAD_TO, width, height - HEAD_FROM)
                head.cropbox = head.trimbox = generic.RectangleObject(strip)
                page.merge_translated_page(head, 0, LIFT)
            page.mergePage(self._truck_make_foot(width, height, number + 1, count))
        numbered = io.BytesIO()
        writer.write(numbered)
        return numbered

    @api.model
    def _truck_make_foot(self, width, height, number, count):
        """Return a page with nothing but its number."""
        layer = io.BytesIO()
        foot = canvas.Canvas(layer, pagesize=(width, height))
        foot.setFont("Helvetica", 8)
        foot.drawCentredString(width / 2, 20, f"{number} / {count}")
        foot.save()
        return PdfFileReader(layer).getPage(0)
