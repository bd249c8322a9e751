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

const KEYS = [
  ["/", "to the search"],
  ["↑ ↓", "between the rows of a table"],
  ["Home End", "to the first and the last row"],
  ["Enter", "opens a row"],
  ["Esc", "closes the panel beside a list"],
  ["?", "this page"],
] as const;
