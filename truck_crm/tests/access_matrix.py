"""Who may do what, as data: a table of models and one of methods beside each addon.

``tests/access_models.csv`` has a line per model and a column per role, a role being a
group that a user has alone. A cell holds the letters of create, read, update, delete
or a dash for each; an empty cell leaves the pair to another addon's table.

``tests/access_methods.csv`` lists the methods that a client can call, and the roles to
which they do not answer with an access error on the newest record: ``all``, ``none``,
or ``core`` where they extend a method of Odoo, which guards it.

An addon is checked by a class of its own in its tests: ``AccessMatrix`` with the name
in ``addon``, on top of a common class of that addon which makes some records.
"""

import csv
import inspect

from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method
from odoo.tests import new_test_user
from odoo.tools import SQL, file_open, mute_logger

PREFIX = "truck_crm"
RIGHTS = {"C": "create", "R": "read", "U": "write", "D": "unlink"}
RULE_LOGGER = "odoo.addons.base.models.ir_rule"
# What a user can be besides our roles.
BASE_ROLES = ("base.group_user", "base.group_portal", "base.group_public")
# The roles of the main addon are called by the rest of their XML id.
ROLE_PREFIX = "truck_crm.truck_crm_group_"
# A group that only switches menus gives no right: it is no role.
SWITCH = "_group_use_"


class AccessMatrix:
    """Compares the tables of one addon with the registry.

    :cvar addon: name of the addon
    :cvar arguments: by (model, method), what to call a method with that needs it
    """

    addon = PREFIX
    arguments = {}
    allow_inherited_tests_method = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roles = cls._get_roles()
        cls.role_users = {
            role: cls._create_role_user(
                role, role if "." in role else ROLE_PREFIX + role
            )
            for role in cls.roles
        }

    @classmethod
    def _create_role_user(cls, role, group):
        return new_test_user(cls.env, f"role_{role.replace('.', '_')}", groups=group)

    # --- what there is ---

    @classmethod
    def _get_family(cls):
        """Return the truck_crm addons that this one stands on, itself included."""
        family, todo = set(), [cls.addon]
        while todo:
            name = todo.pop()
            if name.startswith(PREFIX) and name not in family:
                family.add(name)
                module = cls.env["ir.module.module"]._get(name)
                todo += module.dependencies_id.mapped("name")
        return family

    @classmethod
    def _get_roles(cls):
        """Return ``{role: addon}``, in the order of the table's columns."""
        data = cls.env["ir.model.data"].search(
            [("model", "=", "res.groups"), ("module", "in", list(cls._get_family()))],
            order="module, id",
        )
        roles = {
            row.complete_name.removeprefix(ROLE_PREFIX): row.module
            for row in data
            if SWITCH not in row.name
        }
        return roles | dict.fromkeys(BASE_ROLES, PREFIX)

    def _get_models(self):
        """Return ``{model: addon}`` of our models and of those we give rights on."""
        models = {
            name: model._original_module
            for name, model in self.registry.items()
            if model._original_module in self._get_family() and not model._abstract
        }
        rights = self.env["ir.model.data"].search(
            [
                ("model", "=", "ir.model.access"),
                ("module", "in", list(self._get_family())),
            ]
        )
        for row in rights:
            access = self.env["ir.model.access"].browse(row.res_id)
            models.setdefault(access.model_id.model, row.module)
        return models

    def _get_rights(self):
        """Return ``{(model, role): letters}`` of the pairs that are this addon's."""
        return {
            (model, role): self._get_letters(model, role)
            for model, model_addon in self._get_models().items()
            for role, role_addon in self.roles.items()
            if self.addon in (model_addon, role_addon)
        }

    def _get_letters(self, model, role):
        records = self.env[model].with_user(self.role_users[role])
        return "".join(
            letter if records.has_access(operation) else "-"
            for letter, operation in RIGHTS.items()
        )

    def _get_methods(self, *models):
        """Return ``{(model, method): callers}`` of the methods of this addon.

        :param models: names of models, to look at no others
        """
        found, tried = {}, {}
        for name in models or self.registry:
            for method in self._get_public_names(name):
                callers = self._get_fixed_callers(name, method)
                found[name, method] = callers
                if not callers:
                    tried[name, method] = self._get_newest(name)
        answered = {role: self._try(tried, role) for role in self.roles}
        for key in tried:
            callers = [role for role in self.roles if key in answered[role]]
            everybody = len(callers) == len(self.roles)
            found[key] = "all" if everybody else " ".join(callers) or "none"
        return found

    def _get_public_names(self, model):
        """Return the methods of this addon on a model that a client can call."""
        names = set()
        for parent in self.registry[model].mro():
            if self._is_ours(parent):
                names |= {
                    name
                    for name, value in vars(parent).items()
                    if inspect.isroutine(value) and self._is_public(model, name)
                }
        return sorted(names)

    def _is_ours(self, parent):
        return parent.__module__.startswith(f"odoo.addons.{self.addon}.")

    def _is_public(self, model, name):
        """Ask the gate that a remote call passes."""
        try:
            return bool(get_public_method(self.env[model], name))
        except (AccessError, AttributeError):
            return False

    # --- who may call ---

    def _get_fixed_callers(self, model, method):
        """Return what stands in the table for a method that is not tried, or None."""
        parents = self.registry[model].mro()
        if any(method in vars(p) for p in parents if PREFIX not in p.__module__):
            return "core"
        function = getattr(self.registry[model], method)
        if self.env[model]._abstract and not hasattr(function, "_api_model"):
            return "abstract"  # has no record; its heirs are listed themselves
        return None

    def _get_newest(self, model):
        """Return the newest record of a model, on which its methods are tried."""
        record = self.env[model]
        if not record._abstract:
            record = record.with_context(active_test=False)
            record = record.search([], order="id desc", limit=1)
            self.assertTrue(record, f"{model}: the fixture has no record to try it on")
        return record

    def _try(self, tried, role):
        """Return the keys of ``tried`` whose method does not refuse a role."""
        user = self.role_users[role]
        self.env.flush_all()
        self._give_wizards(user)
        return {
            (model, method)
            for (model, method), record in tried.items()
            if self._answers(record.with_user(user), model, method)
        }

    def _answers(self, record, model, method):
        """Call a method and undo what it did; a call finds nothing in the cache."""
        arguments = self.arguments.get((model, method), ())
        self.env.invalidate_all()
        try:
            with self.env.cr.savepoint(), mute_logger(RULE_LOGGER):
                getattr(record, method)(*arguments)
                raise _Undo
        except AccessError:
            return False
        except (_Undo, UserError):
            return True

    def _give_wizards(self, user):
        """Let a user have opened all wizards: they are seen by nobody else."""
        for model, addon in self._get_models().items():
            if addon == self.addon and self.env[model].is_transient():
                table = SQL.identifier(self.env[model]._table)
                self.env.cr.execute(
                    SQL("UPDATE %s SET create_uid = %s", table, user.id)
                )

    # --- the tables ---

    def _read_table(self, kind):
        """Return the lines of a table of this addon."""
        with file_open(f"{self.addon}/tests/access_{kind}.csv") as stream:
            return list(csv.DictReader(stream))

    def _get_stated_rights(self):
        return {
            (line["model"], role): letters
            for line in self._read_table("models")
            for role, letters in line.items()
            if role != "model" and letters
        }

    def _get_stated_methods(self):
        return {
            (line["model"], line["method"]): line["callers"]
            for line in self._read_table("methods")
        }

    def _compare(self, stated, actual):
        """Return what differs between a table and the registry, one line each."""
        lines = []
        for key in sorted(stated.keys() | actual.keys()):
            told, found = stated.get(key), actual.get(key)
            if told is None:
                lines.append(f"not listed: {' '.join(key)}: {found}")
            elif found is None:
                lines.append(f"listed, but gone: {' '.join(key)}")
            elif told != found:
                lines.append(f"{' '.join(key)}: listed {told}, really {found}")
        return lines

    # --- the tests ---

    def test_rights_on_models(self):
        """R13.1: each role has exactly the rights that are listed, on every model."""
        actual = self._get_rights()
        lines = self._compare(self._get_stated_rights(), actual)
        self.assertFalse(lines, "\n".join([*lines, "", *self._show_models(actual)]))

    def test_public_methods(self):
        """R13.1: every method a client can call is listed with who may call it."""
        actual = self._get_methods()
        lines = self._compare(self._get_stated_methods(), actual)
        self.assertFalse(lines, "\n".join([*lines, "", *self._show_methods(actual)]))

    def _show_models(self, rights):
        """Return the table as the registry has it, to paste what was meant."""
        roles = [role for role in self.roles if any(role == key[1] for key in rights)]
        yield ",".join(["model", *roles])
        for model in sorted({model for model, _role in rights}):
            yield ",".join([model, *(rights.get((model, role), "") for role in roles)])

    def _show_methods(self, methods):
        yield "model,method,callers"
        for (model, method), callers in sorted(methods.items()):
            yield f"{model},{method},{callers}"


class _Undo(Exception):
    """Ends a call that went well, so that nothing of it stays."""
