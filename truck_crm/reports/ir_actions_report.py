import io

from reportlab.pdfgen import canvas

from odoo import models
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

PREFIX = "truck_crm.report_"


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Our documents are made one by one and bear page numbers.

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
        """Return a PDF with "page / pages" at the foot of each page.

        :param stream: file of a PDF
        :return: file of another PDF
        """
        reader, writer = PdfFileReader(stream), PdfFileWriter()
        count = reader.getNumPages()
        for number in range(count):
            # only a page that has a writer can be written on
            writer.addPage(reader.getPage(number))
            page = writer.getPage(number)
            width, height = (float(side) for side in page.mediaBox[2:])
            layer = io.BytesIO()
            foot = canvas.Canvas(layer, pagesize=(width, height))
            foot.setFont("Helvetica", 8)
            foot.drawCentredString(width / 2, 20, f"{number + 1} / {count}")
            foot.save()
            page.mergePage(PdfFileReader(layer).getPage(0))
        numbered = io.BytesIO()
        writer.write(numbered)
        return numbered
