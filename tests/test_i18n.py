"""Merging translations keeps work and adds nothing that was not asked for."""

import polib

from dev.inside.merge_po import main

TEMPLATE = """\
msgid ""
msgstr ""
"Project-Id-Version: Odoo Server 19.0\\n"
"POT-Creation-Date: 2026-01-31 12:00+0000\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

#. module: truck_crm
#: model:truck
msgid "Truck"
msgstr ""

#. module: truck_crm
msgid "Dealer"
msgstr ""
"""


def test_merge(tmp_path):
    template = tmp_path / "truck_crm/i18n/truck_crm.pot"
    target = template.with_name("zh_CN.po")
    template.parent.mkdir(parents=True)
    template.write_text(TEMPLATE)
    manifest = tmp_path / "truck_crm/__manifest__.py"
    manifest.write_text('{"name": "Truck", "summary": "Sells"}')
    target.write_text('msgid "Truck"\nmsgstr "卡车"\n\nmsgid "Gone"\nmsgstr "旧"\n')
    main(str(template), str(target))
    first = target.read_text()
    entries = polib.pofile(str(target))
    assert [(e.msgid, e.msgstr) for e in entries] == [
        ("Sells", ""),
        ("Truck", "卡车"),
        ("Dealer", ""),
    ]
    assert entries[1].comment == "module: truck_crm"
    assert [place for place, _line in entries[1].occurrences] == [
        "model:ir.module.module,shortdesc:base.module_truck_crm",
        "model:truck",
    ]
    assert entries.metadata["Language"] == "zh_CN"
    assert "POT-Creation-Date" not in template.read_text()
    main(str(template), str(target))
    assert target.read_text() == first
