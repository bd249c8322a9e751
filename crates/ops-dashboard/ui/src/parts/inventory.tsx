// What views say about the inventory: how far it is read, and how old an item is.

import { type Resource, useResource } from "../api/resource";
import type { InstanceView, InventoryStatus } from "../api/types";
import { client, now } from "../app";
import { concern, freshness, minutes, reading, SCOPE, SCOPES } from "../lib/inventory";
import { counted } from "../lib/figures";
import { InstanceStatus, Notice, Status, Time, ViewLink } from "./basic";
import { Empty } from "./data";
import { StatusShape } from "./icons";

/** How often the status is read again, in milliseconds. A run comes every few minutes. */
const EVERY = 60_000;

/** An instance, and how far the inventory is read. */
interface Known {
  instance: InstanceView;
  status: InventoryStatus | undefined;
}

/** How far the inventory is read, kept fresh. */
export function useInventory(): Resource<InventoryStatus> {
  const key = "inventory/status";
  return useResource(key, (signal) => client.ask<InventoryStatus>(key, { signal }), EVERY);
}

/** One quiet line that leads to the accounts and Regions. Without discovery there is none. */
export function InventoryLine({ status }: { status: InventoryStatus | undefined }) {
  if (status?.discovery !== true) return null;
  const read = reading(status, now.value.getTime());
  const worry = concern(read);
  return (
    <p class="inventory-line muted">
      <ViewLink path={["inventory"]}>
        {read.at === undefined ? (
          "Inventory not read yet"
        ) : (
          <>
            Inventory read <Time at={read.at} surface="age" />
          </>
        )}
        , {read.complete} of {counted(read.scopes, SCOPE, SCOPES)}
      </ViewLink>
      {worry !== undefined && (
        <ViewLink path={["inventory"]} parameters={{ state: read.unread > 0 ? "unread" : undefined }}>
          <Status word={worry} tone="warn" />
        </ViewLink>
      )}
    </p>
  );
}

/** The age of an item that is old or gone; nothing for any other. */
export function Seen({ instance, status }: Known) {
  const state = freshness(instance, status, now.value.getTime());
  if (state === "fresh") return null;
  const { seen_at: at } = instance;
  const tone = state === "gone" ? "quiet" : "warn";
  return (
    <span class="under">
      <span class={`status tone-${tone}`}>
        <StatusShape tone={tone} />
        <span>
          {state === "gone" && "gone"}
          {at !== undefined && (
            <>
              {state === "gone" && ", "}seen <Time at={at} surface="age" />
            </>
          )}
        </span>
      </span>
    </span>
  );
}

/** The status. What RDS showed last is none of an instance that is gone. */
export function KnownStatus({ instance }: { instance: InstanceView }) {
  const isGone = instance.gone_since !== undefined && instance.status_from === "inventory";
  if (!isGone) return <InstanceStatus status={instance.status} />;
  return <span class="muted">was {instance.status ?? "unknown"}</span>;
}

/** What a person should know of an instance that discovery did not see lately. */
export function SeenNotice({ instance, status }: Known) {
  const { seen_at: at, gone_since: since } = instance;
  const state = freshness(instance, status, now.value.getTime());
  if (state === "fresh") return null;
  if (state === "gone") return <Gone instance={instance} since={since ?? ""} />;
  return (
    <Notice tone="warn" title="What the inventory says of it is old.">
      <p>
        Discovery last saw it <Time at={at ?? ""} surface="age" />.{" "}
        {state === "refused" && status !== undefined && (
          <>Operations on it are refused after {minutes(status.refuse_after_minutes)}. </>
        )}
        <ViewLink path={["inventory"]} parameters={{ q: instance.account_id }}>
          The inventory
        </ViewLink>{" "}
        says whether its account and Region can be read. Operators read it at once with{" "}
        <code>rds-ops inventory sync</code>.
      </p>
    </Notice>
  );
}

function Gone({ instance, since }: { instance: InstanceView; since: string }) {
  const { account_id, region } = instance;
  if (instance.live !== undefined) {
    return (
      <Notice tone="quiet" title="RDS has this instance again. ">
        It counts as gone since <Time at={since} />. The next complete run of discovery shows it in lists
        again; operators run it at once with <code>rds-ops inventory sync</code>.
      </Notice>
    );
  }
  return (
    <Notice tone="warn" title="This instance is gone.">
      <p>
        Several complete runs of discovery did not see it. It counts as gone since <Time at={since} />. It
        was probably deleted or renamed.
      </p>
      <p>
        <ViewLink path={["instances"]} parameters={{ account_id, region }}>
          The instances of its account and Region
        </ViewLink>{" "}
        show one that was renamed. If it should be there, ask operators to run{" "}
        <code>rds-ops inventory sync</code>. After 30 days it is taken off the inventory; its audit trail
        stays.
      </p>
    </Notice>
  );
}

/** Why no instance is there, where no filter hides one. */
export function NoInstance({ status }: { status: InventoryStatus | undefined }) {
  if (status === undefined) {
    return (
      <Empty title="The inventory has no instance.">
        Operators of this service fill it; see the deployment guide.
      </Empty>
    );
  }
  if (!status.discovery) {
    return (
      <Empty title="The inventory has no instance.">
        <Configure /> Or another system writes the items; see the deployment guide.
      </Empty>
    );
  }
  const read = reading(status, now.value.getTime());
  if (read.never === read.scopes) {
    return (
      <Empty title="The inventory was not read yet.">
        The first run of discovery has not come; one comes every {minutes(status.every_minutes)}. Operators
        read the inventory at once with <code>rds-ops inventory sync</code>.
      </Empty>
    );
  }
  const worry = concern(read);
  return (
    <Empty title="Discovery found no instance.">
      {worry !== undefined && `${worry[0]?.toUpperCase()}${worry.slice(1)}. `}
      <ViewLink path={["inventory"]}>The inventory</ViewLink> shows which accounts and Regions are read.
    </Empty>
  );
}

/** What operators configure, so that there is an inventory. */
export function Configure() {
  return (
    <>
      Operators switch discovery on with <code>regions</code> and <code>accounts</code> of{" "}
      <code>[discovery]</code> in the settings, or <code>OPS_DISCOVERY_REGIONS</code> and{" "}
      <code>OPS_DISCOVERY_ACCOUNTS</code>.
    </>
  );
}
