import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** What a desk shows as buttons, a phone shows behind three dots. */
function pressInHeader(name, isPhone) {
    if (!isPhone) {
        return [
            {
                trigger: `.o_statusbar_buttons button[name=${name}]`,
                run: "click",
            },
        ];
    }
    return [
        {
            content: "More buttons",
            trigger: ".o_statusbar_buttons button[title=More]",
            run: "click",
        },
        {
            trigger: `.o-dropdown--menu button[name=${name}]`,
            run: "click",
        },
    ];
}

/** A phone shows the present state in a button that opens the others. */
function seeState(label, isPhone) {
    const current = isPhone ? ".o_arrow_button:visible" : ".o_arrow_button_current";
    return {trigger: `.o_statusbar_status ${current}:contains(${label})`};
}

function takeCall() {
    return [
        {
            content: "What he says first",
            trigger: ".modal .o_field_widget[name=term] input",
            run: "edit 13807730001",
        },
        {
            content: "What it is about; the customer is filled in meanwhile",
            trigger: ".modal .o_field_widget[name=subject] input",
            run: "edit Loses power on the hill",
        },
        {
            trigger: ".modal .o_field_widget[name=partner_id] input:value(Haulier)",
        },
        {
            content: "His only truck as well",
            trigger:
                ".modal .o_field_widget[name=vehicle_ids] .o_tag:contains(桂B12345)",
        },
        {
            trigger: ".modal footer button[name=action_save]",
            run: "click",
        },
        {
            content: "It has a number, and the first step is done",
            trigger:
                ".o_form_view .o_truck_complaint_steps .o_kanban_record:contains(Listen) .fa-check-circle",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=name]:contains(TS)",
        },
    ];
}

function solve(isPhone) {
    const closeDialog = {trigger: "body:not(:has(.modal))"};
    return [
        {
            content: "It cannot be solved now: promise something",
            trigger: ".o_statusbar_buttons button[name=action_take_on]",
            run: "click",
        },
        seeState("In Progress", isPhone),
        {
            trigger: ".o_statusbar_buttons button[name=action_promise]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=name] input",
            run: "edit A technician comes",
        },
        {
            trigger: ".modal .o_field_widget[name=date_due] :is(input, button)",
            run: "click",
        },
        {
            trigger: ".o_datetime_picker .o_next",
            run: "click",
        },
        {
            content: "Some day of next month",
            trigger:
                ".o_datetime_picker .o_date_item_cell:not(.o_out_of_range):contains(/^15$/)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=name] input",
            run: "click",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        closeDialog,
        {
            content: "A task for the workshop",
            trigger:
                ".o_truck_complaint_steps .o_kanban_record:contains(Act) .fa-check-circle",
        },
        ...pressInHeader("action_coordinate", isPhone),
        {
            trigger: ".modal button[name=action_schedule_activities]",
            run: "click",
        },
        closeDialog,
        {
            trigger: ".o_notebook .nav-link[name=tasks]",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=activity_ids]:contains(Workshop) button[name=action_done]",
            run: "click",
        },
        {
            content: "All tasks are done, and so is the step",
            trigger:
                ".o_truck_complaint_steps .o_kanban_record:contains(Coordinate) .fa-check-circle",
        },
        {
            content: "The promise is kept",
            trigger: ".o_notebook .nav-link[name=promises]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=promise_ids] button[name=action_done]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=promise_ids]:contains(Kept)",
        },
        {
            content: "What was learnt",
            trigger: ".o_notebook .nav-link[name=summary]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=cause] .odoo-editor-editable",
            run: "editor Filter clogged",
        },
        {
            trigger: ".o_field_widget[name=remedy] .odoo-editor-editable",
            run: "editor Filter changed",
        },
        {
            trigger: ".o_field_widget[name=lesson] textarea",
            run: "edit Check the filter on delivery",
        },
        ...pressInHeader("action_solve", isPhone),
        seeState("Solved", isPhone),
        {
            trigger: ".o_statusbar_buttons button[name=action_close]",
            run: "click",
        },
        seeState("Closed", isPhone),
    ];
}

tours.add("truck_crm_take_call", {
    steps: () => [
        {
            content: "From wherever one is",
            trigger: ".o_menu_sections button:contains(Complaints)",
            run: "click",
        },
        {
            trigger: ".o-dropdown--menu a:contains(Take a Call)",
            run: "click",
        },
        ...takeCall(),
    ],
});

tours.add("truck_crm_take_call_on_the_phone", {
    steps: () => takeCall(),
});

/** It was not solved after all; what was found then is the evidence of a step. */
function reopen(isPhone) {
    const step = ".o_truck_complaint_steps .o_kanban_record:contains(Evaluate)";
    return [
        seeState("Closed", isPhone),
        ...pressInHeader("action_reopen", isPhone),
        {
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit Leaks again after 800 km",
        },
        {
            trigger: ".modal footer button[name=action_confirm]",
            run: "click",
        },
        seeState("In Progress", isPhone),
        {
            trigger: `${step} a`,
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=evidence] textarea",
            run: "edit Seal of the wrong batch",
        },
        {
            content: "Files can be added",
            trigger: ".modal .o_field_widget[name=attachment_ids] .o_attach",
        },
        {
            trigger: ".modal footer button[name=action_done]",
            run: "click",
        },
        {
            trigger: `${step}:contains(Seal of the wrong batch) .fa-check-circle`,
        },
    ];
}

tours.add("truck_crm_reopen_complaint", {steps: () => reopen(false)});

tours.add("truck_crm_reopen_complaint_on_the_phone", {steps: () => reopen(true)});

tours.add("truck_crm_solve_complaint", {steps: () => solve(false)});

tours.add("truck_crm_solve_complaint_on_the_phone", {steps: () => solve(true)});

/** Choose files as a person does; return what the browser would say of them. */
function chooseFiles(...sizes) {
    const input = document.querySelector("#files");
    const transfer = new DataTransfer();
    sizes.forEach((size, number) =>
        transfer.items.add(new File([new Uint8Array(size)], `${number}.mp4`))
    );
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", {bubbles: true}));
    return input.validationMessage;
}

tours.add("truck_crm_public_complaint_files", {
    steps: () => [
        {
            trigger: "#files",
            run() {
                const messages = [
                    chooseFiles(10, 10, 10),
                    chooseFiles(10, 2 * 1024 * 1024),
                    chooseFiles(10, 10),
                ];
                const expected = ["At most 2 files", "1.mp4: A file may have", ""];
                expected.forEach((start, number) => {
                    const message = messages[number];
                    if (!message.startsWith(start) || (!start && message)) {
                        throw new Error(`Expected “${start}”, got “${message}”`);
                    }
                });
            },
        },
    ],
});
