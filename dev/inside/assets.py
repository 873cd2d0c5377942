"""Fed to `odoo shell`: make all asset bundles of the database."""

env["ir.qweb"]._pregenerate_assets_bundles()  # noqa: F821
env.cr.commit()  # noqa: F821
