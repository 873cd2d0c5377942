import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** Type a complaint, see what helped others, take it over: before it was ever saved. */
function applySolution() {
    const suggested =
        ".o_field_widget[name=suggested_solution_ids] .o_kanban_record:contains(变速箱漏油)";
    return [
        {
            trigger: ".o_form_view .o_field_widget[name=subject] textarea",
            run: "edit 客户说变速箱漏油",
        },
        {
            content: "Leave the subject: what helped others is there",
            trigger: ".o_form_view .o_field_widget[name=phone] input",
            run: "edit 13800001111",
        },
        {
            content: "One click",
            trigger: `${suggested} button[name=action_apply]`,
            run: "click",
        },
        {
            content: "It is saved, and no longer suggested",
            trigger: ".o_form_view .o_field_widget[name=name]:contains(TS)",
        },
        {
            trigger: `.o_form_view:not(:has(${suggested}))`,
        },
        {
            content: "In its place stands what was taken over",
            trigger: "div[name=applied_solution]:contains(变速箱漏油)",
        },
        {
            trigger: ".o_notebook a[name=summary]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=solution_id] input:value(变速箱漏油)",
        },
        {
            trigger: ".o_field_widget[name=remedy]:contains(更换输入轴油封)",
        },
    ];
}

tours.add("truck_crm_apply_solution", {steps: () => applySolution()});

/** While somebody is on the phone: what helped others is one click away. */
function applyInCall() {
    const card =
        ".modal .o_truck_solution_choice > div:contains(变速箱漏油):has(button)";
    return [
        {
            trigger: ".modal .o_field_widget[name=term] input",
            run: "edit 13807730009",
        },
        {
            trigger: ".modal .o_field_widget[name=subject] input",
            run: "edit 客户说变速箱漏油",
        },
        {
            content: "Leave the subject: what helped others is there",
            trigger: ".modal .o_field_widget[name=contact_name] input",
            run: "edit 李师傅",
        },
        {
            trigger: `${card} button`,
            run: "click",
        },
        {
            content: "The remedy is filled in",
            trigger:
                ".modal .o_field_widget[name=remedy] textarea:value(更换输入轴油封)",
        },
        {
            content: "Take it back",
            trigger: `${card} button:contains(Take Back)`,
            run: "click",
        },
        {
            content: "The remedy is empty again",
            trigger:
                ".modal .o_field_widget[name=remedy]:not(:has(textarea:value(更换)))",
        },
        {
            trigger: `${card} button:contains(Apply Solution)`,
            run: "click",
        },
        {
            trigger:
                ".modal .o_field_widget[name=remedy] textarea:value(更换输入轴油封)",
        },
        {
            trigger: ".modal footer button[name=action_save]",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=name]:contains(TS)",
        },
    ];
}

tours.add("truck_crm_apply_solution_in_a_call", {steps: () => applyInCall()});
