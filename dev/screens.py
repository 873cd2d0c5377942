"""Pictures of every screen of the app, as one user sees them.

Every leaf of the menu with every view of its action, and the form of the first record,
at each width; whatever the page complains about is reported beside it.
"""

import json
import re
from collections import namedtuple
from pathlib import Path

from dev.browser import Browser, PageError
from dev.say import Refusal, say
from dev.server import Session

ROOT_MENU = "truck_crm.truck_crm_menu_root"
HEIGHTS = {True: 844, False: 900}  # by whether it is a phone
TALLEST = 2600

Screen = namedtuple("Screen", "name url")

# Outside of it, on the portal and on public pages: the page is there.
PAGE = "document.readyState === 'complete' && document.querySelector('#wrapwrap')"
# The web client is there and shows an action.
READY = f"""
    {PAGE} || odoo.__WOWL_DEBUG__
    && document.querySelector('.o_web_client .o_action_manager')
    && !document.querySelector('.o_loading_indicator')
"""
# What has been asked for is drawn: nothing is being loaded or drawn late.
DRAWN = f"""
    (({PAGE}) || document.querySelector(
        '.o_action_manager .o_action, .o_action_manager > *, .o_dialog .o_form_view'
    ))
    && !document.querySelector('.o_loading_indicator, .o_view_nocontent_loading')
    && window.truckCrmPending === 0
    && [...document.images].every(i => i.complete || i.loading === "lazy")
"""
# Counts the client's own requests; its bus is a web socket and never counted.
COUNT_REQUESTS = """
    window.truckCrmPending = 0;
    const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function () {
        window.truckCrmPending += 1;
        this.addEventListener("loadend", () => { window.truckCrmPending -= 1; });
        return send.apply(this, arguments);
    };
"""
# The greeting of Odoo's robot would cover a phone's screen.
HIDE_CHAT = """
    document.addEventListener("DOMContentLoaded", () => {
        const style = document.createElement("style");
        style.textContent = ".o-mail-ChatHub { display: none !important; }";
        document.head.append(style);
    });
"""
# What a person would read as an error.
COMPLAINTS = """
    [...document.querySelectorAll(
        '.o_error_dialog, .o_notification:has(.bg-danger),'
        + '.o_dialog .modal:not(:has(.o_form_view))'
    )].map(node => node.innerText.trim().replace(/\\s+/g, ' ').slice(0, 400))
"""
# A menu can open a form in a dialog, above whatever was there.
DIALOG = "Boolean(document.querySelector('.o_dialog .o_form_view'))"
SERVICES = "odoo.__WOWL_DEBUG__.root.env.services"
ACTIONS = f"{SERVICES}.action"
VIEWS = f"""
    (() => {{
        const controller = {ACTIONS}.currentController || {{action: {{}}}};
        return {{
            current: controller.view?.type || null,
            all: (controller.views || []).map(view => view.type),
            model: controller.action.res_model || null,
            domain: controller.action.domain || [],
        }};
    }})()
"""
FIRST_RECORD = f"{SERVICES}.orm.search(%s, %s, {{limit: 1}})"
CONTENT_HEIGHT = """
    Math.max(...[...document.querySelectorAll(
        '.o_action_manager, .o_content, .o_form_view, .o_form_sheet_bg, .o_renderer,'
        + '#wrapwrap > *'
    )].map(node => node.getBoundingClientRect().top + node.scrollHeight))
"""
CLOSE_DIALOGS = f"{SERVICES}.dialog.closeAll()"


class Tour:
    """One user's way through the screens.

    :ivar problems: lines that name a screen and what went wrong on it
    """

    def __init__(self, browser, session, out):
        self.browser = browser
        self.session = session
        self.out = Path(out)
        self.pictures = []
        self.problems = []

    def prepare(self):
        """Let the browser in as the user."""
        script = COUNT_REQUESTS + HIDE_CHAT
        self.browser.call("Page.addScriptToEvaluateOnNewDocument", source=script)
        session = self.session
        self.browser.set_cookie(session.address, "session_id", session.cookie)

    def walk(self, width, menus=(), urls=()):
        """Open menus (by XML id; all of the app's when nothing is named) and pages."""
        self.width = width
        self.browser.resize(width, self._usual_height())
        if urls:
            for url in urls:
                self._visit(_slug(url), lambda url=url: self._open(url))
        if menus or not urls:
            self._open("/odoo")
            for menu in self.leaves(menus):
                self._walk_menu(menu)

    def leaves(self, wanted=()):
        """Return the menus with an action that this user sees, in their order.

        :param wanted: XML ids of menus whose leaves to take; by default the whole app
        """
        by_id = self.session.get("/web/webclient/load_menus")
        by_xmlid = {menu["xmlid"]: menu for menu in by_id.values() if menu["xmlid"]}
        found = []
        for xmlid in wanted or [ROOT_MENU]:
            if xmlid not in by_xmlid:
                raise Refusal(f"menu {xmlid} is not there for this user")
            found += _leaves_below(by_id, by_xmlid[xmlid])
        return found

    def _walk_menu(self, menu):
        name = menu["xmlid"].split(".")[-1] or str(menu["id"])
        show = f"{SERVICES}.menu.selectMenu({menu['id']}).then(() => 1)"
        if not self._visit(name, lambda: self.browser.evaluate(show), by_view=True):
            return
        views = self.browser.evaluate(VIEWS)
        for view in views["all"]:
            if view not in (views["current"], "form"):
                self._visit(f"{name}-{view}", lambda view=view: self._switch(view))
        if "form" in views["all"] and views["current"] != "form":
            model, domain = json.dumps(views["model"]), json.dumps(views["domain"])
            if found := self.browser.evaluate(FIRST_RECORD % (model, domain)):
                self._visit(f"{name}-form", lambda: self._switch("form", *found))

    def _switch(self, view, record=None):
        props = json.dumps({"resId": record} if record else {})
        self.browser.evaluate(
            f"{ACTIONS}.switchView({json.dumps(view)}, {props}).then(() => 1)"
        )

    def _open(self, path):
        self.browser.open(self.session.address + path, READY)

    def _visit(self, name, go, by_view=False):
        """Go somewhere, take its picture, note what went wrong.

        :return: whether it opened, and can be walked on from
        """
        self.browser.trouble.clear()
        opened = True
        try:
            go()
            self.browser.wait_for(DRAWN)
            if by_view and (view := self.browser.evaluate(VIEWS)["current"]):
                name = f"{name}-{view}"
        except PageError as error:
            self.browser.trouble.append(str(error))
            opened = False
        self._take_picture(name)
        seen = self.browser.evaluate(COMPLAINTS)
        for trouble in dict.fromkeys(self.browser.trouble + seen):
            self.problems.append(f"{self.width} px, {name}: {trouble}")
            say(f"! {self.problems[-1]}")
        in_dialog = self.browser.evaluate(DIALOG)
        if (seen or in_dialog) and not self.browser.evaluate(f"Boolean({PAGE})"):
            self.browser.evaluate(CLOSE_DIALOGS)
        return opened and not in_dialog

    def _take_picture(self, name):
        """Save a screen, grown as long as what it shows (it scrolls by itself)."""
        usual = self._usual_height()
        height = min(int(self.browser.evaluate(CONTENT_HEIGHT) or 0), TALLEST)
        if height > usual:
            self.browser.resize(self.width, height)
        path = self.out / f"{self.width}" / f"{name}.png"
        self.browser.picture(path)
        self.pictures.append(path)
        if height > usual:
            self.browser.resize(self.width, usual)

    def _usual_height(self):
        return HEIGHTS[self.width < 768]


def _leaves_below(by_id, menu):
    children = [by_id[str(child)] for child in menu["children"]]
    if not children:
        return [menu] if menu["actionID"] else []
    return [leaf for child in children for leaf in _leaves_below(by_id, child)]


def _slug(url):
    return re.sub(r"\W+", "-", url).strip("-") or "home"


def take(session, out, widths, menus=(), urls=(), lang=None):
    """Walk through the screens at every width and return the `Tour`.

    :param lang: language to see them in; the user's own is set back afterwards
    """
    (user,) = session.call("res.users", "read", [session.uid], ["lang"])
    if lang:
        session.call("res.users", "write", [session.uid], {"lang": lang})
    try:
        with Browser() as browser:
            tour = Tour(browser, session, out)
            tour.prepare()
            for width in widths:
                tour.walk(width, menus, urls)
            return tour
    finally:
        if lang:
            # only this field: people may write their own language, nothing else
            own = {"lang": user["lang"]}
            session.call("res.users", "write", [session.uid], own)


def log_in(address, database, login, password=None):
    """Log in, by default with the login as password, as in the demo company."""
    return Session(address, database, login, [password or login])
