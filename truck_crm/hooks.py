FEW_PARTNERS = 10_000  # done at once, in some seconds


def post_init_hook(env):
    """Make the search terms of the partners there are; if many, the job makes them."""
    search = env["truck.partner.search"]
    partner_ids = search._get_missing(0, FEW_PARTNERS)
    if len(partner_ids) < FEW_PARTNERS:
        search._refresh(partner_ids)
        search._set_filled()
    # Those who come after do so themselves.
    env["res.company"].search([])._truck_make_complaint_teams()
    # The figures of customers follow by their job, at once.
    env.ref("truck_crm.ir_cron_truck_customer_metrics")._trigger()


def uninstall_hook(env):
    """Take along what Odoo would leave behind of this addon.

    What our models got from mixins (inheritance, values of selections) bears names of
    the mixin's addon too: Odoo removes the parts with our models, not those names. The
    same with its notes on the foreign keys of the columns we gave to other models.
    """
    env["ir.model.data"].search(
        [
            ("module", "not =like", "truck_crm%"),
            "|",
            ("name", "=like", "model_inherit__truck_%"),
            ("name", "=like", "selection__truck_%"),
        ]
    ).unlink()
    env["ir.model.constraint"].search(
        [
            ("module.name", "=", "truck_crm"),
            ("type", "=", "f"),
            ("model.model", "not =like", "truck.%"),
        ]
    ).unlink()
