// What a person needs to know to use the dashboard.

import { serviceName } from "../app";
import { Section, Status, title } from "../parts/basic";

export function HelpView() {
  title(`Help – ${serviceName.value}`);
  return (
    <article class="page narrow">
      <h1>Help</h1>
      <Section title="What it does">
        <p>
          Routine Amazon RDS work on databases that are not production: choose an instance, fill in the
          form, look at the preview, send. Production is blocked, and the page of an instance says why
          it counts as production. Every attempt is on the audit trail with your name.
        </p>
      </Section>
      <Section title="What “done” means">
        <p>
          An operation is done when RDS shows evidence of it: the snapshot is available, the restart is
          in RDS's events, the described value is the requested one. Until then it is in progress,
          whether or not this page is open. An operation over its deadline is monitored further.
        </p>
      </Section>
      <Section title="Colours and shapes">
        <ul class="related">
          <li>
            <Status tone="good" word="fine, or done" />
          </li>
          <li>
            <Status tone="busy" word="something is under way" />
          </li>
          <li>
            <Status tone="warn" word="look at it" />
          </li>
          <li>
            <Status tone="bad" word="failed, denied, or interrupts users" />
          </li>
          <li>
            <Status tone="quiet" word="neither: waiting, cancelled, stopped" />
          </li>
        </ul>
      </Section>
      <Section title="The views">
        <dl class="facts long">
          {VIEWS.map(([name, what]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <p>
          The address holds the filters, the search and the page: send it to a colleague, and they see
          the same. Times name their zone; the button at the top changes it, and the other zone is in the
          tooltip.
        </p>
      </Section>
      <Section title="What can be taken back">
        <p>
          An operation that waits for its time or for its turn can be cancelled. After RDS was asked,
          nobody can: RDS has no way to take back what it has begun. Closing the page stops nothing.
        </p>
      </Section>
      <Section title="Keys">
        <dl class="facts">
          {KEYS.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </Section>
    </article>
  );
}

const VIEWS = [
  ["Instances", "Databases by name, environment and status, with what runs on each now. A press on a row opens it beside the list."],
  ["Inventory", "Which accounts and Regions the service reads its instances from, when, and what keeps it from one. The line above the list of instances leads to it."],
  ["Operations", "What was asked for and what came of it. A list that is open keeps its rows in place; new ones wait until you ask for them."],
  ["Audit", "Every attempt with its person, reason and result, also what was blocked. The export as CSV is an entry of the trail itself."],
  ["Figures", "Operations, success, durations and blocks over a period. A share of nothing is “no data”."],
] as const;

const KEYS = [
  ["/", "to the search"],
  ["↑ ↓", "between the rows of a table or the entries of the trail"],
  ["Home End", "to the first and the last row"],
  ["Enter", "opens a row"],
  ["Esc", "closes the panel beside a list, and clears the search"],
  ["?", "this page"],
] as const;
