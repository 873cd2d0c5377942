from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_list


class TruckPartnerDepartment(models.Model):
    """A department in a customer's own organisation."""

    _name = "truck.partner.department"
    _description = "Customer Department"
    _inherit = ["truck.partner.part", "truck.tree.mixin"]
    _parent_store = True
    _order = "partner_id, sequence, id"

    name = fields.Char(string="Department", required=True)
    sequence = fields.Integer(default=10)
    parent_id = fields.Many2one(
        "truck.partner.department",
        string="Belongs To",
        index=True,
        ondelete="restrict",
        domain="[('partner_id', '=', partner_id), ('id', '!=', id)]",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many(
        "truck.partner.department", inverse_name="parent_id", string="Departments Below"
    )
    head_id = fields.Many2one(
        "res.partner",
        string="Head",
        index="btree_not_null",
        ondelete="set null",
        domain="[('parent_id', '=', partner_id), ('is_company', '=', False)]",
        context={"partner_display_name_hide_company": True},
    )
    head_count = fields.Integer(string="People")
    duties = fields.Text(help="What the department decides and does.")

    _check_head_count = models.Constraint(
        "CHECK(head_count >= 0)", "People of a department cannot be negative."
    )

    @api.depends("name", "parent_id.name")
    def _compute_display_name(self):
        above = {
            int(department_id)
            for path in self.mapped("parent_path")
            for department_id in (path or "").split("/")[:-1]
        }
        names = {dept.id: dept.name for dept in self.browse(above)}
        for department in self:
            path = (department.parent_path or "").split("/")[:-2]
            parts = [names[int(part)] for part in path]
            department.display_name = " / ".join([*parts, department.name or ""])

    @api.constrains("parent_id")
    def _check_customer(self):
        """A department and the one above it belong to one customer."""
        for department in self:
            parent = department.parent_id
            if parent and parent.partner_id != department.partner_id:
                raise ValidationError(
                    self.env._(
                        "Belongs To of %(department)s: %(parent)s is a department of"
                        " %(other)s. Choose a department of %(customer)s.",
                        department=department.name,
                        parent=parent.name,
                        other=parent.partner_id.display_name,
                        customer=department.partner_id.display_name,
                    )
                )

    def write(self, vals):
        if "partner_id" in vals and self.partner_id.ids not in (
            [],
            [vals["partner_id"]],
        ):
            raise ValidationError(
                self.env._(
                    "Customer: %(departments)s cannot move to another customer, since"
                    " contacts and departments hang on it. Enter the department there.",
                    departments=format_list(self.env, self.mapped("name")),
                )
            )
        return super().write(vals)
