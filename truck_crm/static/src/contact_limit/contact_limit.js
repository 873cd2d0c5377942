import {Component, useEffect, useState} from "@odoo/owl";
import {Chatter} from "@mail/chatter/web_portal/chatter";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";

/**
 * Tells whoever writes a message in the chatter that somebody it goes to had better be
 * left in peace. It is drawn when a message is begun, so opening a form asks nothing.
 */
export class ContactLimit extends Component {
    static template = "truck_crm.ContactLimit";
    static props = {thread: Object};

    setup() {
        this.orm = useService("orm");
        this.thread = useState(this.props.thread);
        this.state = useState({warning: false});
        this.keepLast = new KeepLast();
        useEffect(
            () => {
                this.load();
            },
            () => [this.partnerIds.join()]
        );
    }

    /** Whom the message goes to: proposed, added by hand, and followers. */
    get partnerIds() {
        const {suggestedRecipients, additionalRecipients, recipients} = this.thread;
        const ids = [...suggestedRecipients, ...additionalRecipients].map(
            (recipient) => recipient.partner_id
        );
        ids.push(...recipients.map((follower) => follower.partner_id?.id));
        return [...new Set(ids.filter(Boolean))].sort();
    }

    async load() {
        const ids = this.partnerIds;
        this.state.warning =
            ids.length &&
            (await this.keepLast.add(
                this.orm.silent.call("truck.contact.limit", "get_mail_warning", [
                    ids,
                    this.thread.model,
                ])
            ));
    }
}

Object.assign(Chatter.components, {ContactLimit});
