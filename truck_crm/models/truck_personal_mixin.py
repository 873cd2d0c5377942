from odoo import api, models
from odoo.fields import Domain


class TruckPersonalMixin(models.AbstractModel):
    """What is known of a person privately: whoever reads it leaves a trace.

    Reading by the client ends in ``_read_format``, exporting in ``_export_rows``,
    grouping in ``_read_group``, searching in ``_search``, whatever the door. Code that
    runs as superuser, a job or a merge, says itself what it did.
    """

    _name = "truck.personal.mixin"
    _description = "Private Data of a Person"
    _inherit = ["truck.in.use.mixin"]

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    # These may run on a cursor that only reads, where no trace could be written: ask
    # for one that writes. Rarer doors come back with such a one by themselves.

    def web_read(self, specification):
        return super().web_read(specification)

    @api.model
    def web_search_read(
        self, domain, specification, offset=0, limit=None, order=None, count_limit=None
    ):
        return super().web_search_read(
            domain, specification, offset, limit, order, count_limit
        )

    @api.model
    def web_read_group(self, domain, groupby, aggregates=(), *args, **kwargs):
        return super().web_read_group(domain, groupby, aggregates, *args, **kwargs)

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        pairs = super().name_search(name, domain, operator, limit)
        ids = [record_id for record_id, _name in pairs]
        self.browse(ids)._trace("read", ["display_name"])
        return pairs

    name_search._readonly = False
    web_read._readonly = False
    web_search_read._readonly = False
    web_read_group._readonly = False

    def _read_format(self, fnames, load="_classic_read"):
        self._trace("read", fnames)
        return super()._read_format(fnames, load)

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        self._trace("export", [path[0] for path in fields if path])
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)

    def copy_data(self, default=None):
        self._trace("read", self._fields)
        return super().copy_data(default)

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Who asks for all that are of some kind learns of each what it is."""
        conditions = Domain(domain).iter_conditions()
        self._trace("group", [condition.field_expr for condition in conditions])
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _read_group(self, domain, groupby=(), aggregates=(), *args, **kwargs):
        self._trace("group", [*groupby, *aggregates])
        return super()._read_group(domain, groupby, aggregates, *args, **kwargs)

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, *args, **kwargs):
        self._trace("group", [name for names in grouping_sets for name in names])
        return super()._read_grouping_sets(domain, grouping_sets, *args, **kwargs)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._trace("change")
        return records

    def write(self, vals):
        self._trace("change")
        res = super().write(vals)
        if not vals.keys().isdisjoint({"profile_id", "partner_id"}):
            self._trace("change")  # of whom it is now, who must be visible as well
        return res

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _get_personal_profiles(self):
        """Return the profiles to which these records belong."""
        return self.profile_id

    @api.model
    def _get_public_fields(self):
        """Return the fields that say nothing private: no trace of reading them."""
        return {"id", "display_name", "profile_id", "__count", *models.MAGIC_COLUMNS}

    def _trace(self, kind, paths=None):
        """Note what the user does to these records, unless no private field is told.

        :param kind: a value of ``truck.personal.access.log.kind``
        :param paths: fields, with what may follow behind a dot or colon; None: all
        """
        if self.env.su:
            return
        names = {path.split(":")[0].split(".")[0] for path in paths or ()}
        if paths is not None and names <= self._get_public_fields():
            return
        # Before anything is read as superuser: what stands in the cache then would be
        # given to this user without asking.
        records = self._origin
        records.check_access("read")
        # sudo: the trace is written, whatever the user may write; no field but the one
        # that is asked for comes into the cache
        log = self.env["truck.personal.access.log"].sudo()
        if kind == "group":
            log._trace_group(self.env.uid)
        else:
            records = records.sudo().with_context(prefetch_fields=False)
            log._trace(kind, records._get_personal_profiles(), self.env.uid)
