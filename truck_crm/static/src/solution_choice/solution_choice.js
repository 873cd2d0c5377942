import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * What helped others, as cards: a click takes one over into `solution_id`, another one
 * takes it back. Nothing is saved by it.
 */
export class SolutionChoice extends Component {
    static template = "truck_crm.SolutionChoice";
    static props = {...standardFieldProps};

    get solutions() {
        const {record, name} = this.props;
        const taken = record.data.solution_id;
        return record.data[name].records.map(({resId, data}) => ({
            id: resId,
            name: data.name,
            code: data.fault_code,
            remedy: data.remedy_text,
            uses: data.use_count,
            isTaken: Boolean(taken) && taken.id === resId,
        }));
    }

    async onTake(solution) {
        const value = !solution.isTaken && {
            id: solution.id,
            display_name: solution.name,
        };
        await this.props.record.update({solution_id: value});
    }
}

registry.category("fields").add("truck_solution_choice", {
    component: SolutionChoice,
    supportedTypes: ["many2many"],
    relatedFields: [
        {name: "name", type: "char"},
        {name: "fault_code", type: "char"},
        {name: "remedy_text", type: "text"},
        {name: "use_count", type: "integer"},
    ],
    fieldDependencies: [
        {name: "solution_id", type: "many2one", relation: "truck.solution"},
    ],
});
