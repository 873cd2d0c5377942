import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** What a desk shows as buttons, a phone shows behind three dots. */
function pressAcknowledge(isPhone) {
    const button = "button[name=action_acknowledge]";
    if (!isPhone) {
        return [{trigger: `.o_statusbar_buttons ${button}`, run: "click"}];
    }
    return [
        {
            content: "More buttons",
            trigger: ".o_statusbar_buttons button[title=More]",
            run: "click",
        },
        {
            trigger: `.o-dropdown--menu ${button}`,
            run: "click",
        },
    ];
}

function escalate(isPhone) {
    const row = isPhone
        ? ".o_kanban_record:contains(Top)"
        : ".o_data_row:contains(Top) .o_data_cell[name=level_id]";
    return [
        {
            content: "What has been escalated to me",
            trigger: row,
            run: "click",
        },
        {
            content: "How far it has climbed",
            trigger: ".o_form_view .alert-danger:contains(Escalated)",
        },
        ...pressAcknowledge(isPhone),
        {
            content: "What happens now",
            trigger: ".modal .o_field_widget[name=action] input",
            run: "edit A mechanic is on his way",
        },
        {
            trigger: ".modal footer button[name=action_confirm]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
        {
            content: "There is time again",
            trigger: ".o_form_view .alert-danger:contains(left)",
        },
    ];
}

tours.add("truck_crm_escalate", {steps: () => escalate(false)});
tours.add("truck_crm_escalate_on_the_phone", {steps: () => escalate(true)});
