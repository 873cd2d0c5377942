from odoo import api, models
from odoo.fields import Domain


class ResCountryState(models.Model):
    _inherit = "res.country.state"

    @api.depends_context("truck_short_state")
    def _compute_display_name(self):
        """Leave out the country's code, “广西壮族自治区 (CN)”, where all is at home."""
        if not self.env.context.get("truck_short_state"):
            return super()._compute_display_name()
        for state in self:
            state.display_name = state.name

    @api.model
    def _search_display_name(self, operator, value):
        """Let an import find provinces as people write them: 广西, 内蒙古, 重庆."""
        domain = super()._search_display_name(operator, value)
        if operator == "=":
            value = [value]
        if operator in ("=", "in") and self.env.context.get("import_file"):
            # no province of China begins like another one by two characters
            domain |= Domain("country_id.code", "=", "CN") & Domain.OR(
                Domain("name", "=like", f"{name}%")
                for name in value
                if isinstance(name, str) and len(name) >= 2
            )
        return domain
