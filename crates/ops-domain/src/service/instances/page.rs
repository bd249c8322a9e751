//! The pages of the list: as the inventory gives them, or cut from all of it in order.

use std::time::Duration;

use crate::failure::{Code, Failure};
use crate::instance::InventoryItem;
use crate::policy::STORE_TIMEOUT;
use crate::ports::{BrokenItem, InventoryPage};
use crate::service::instances::sort::{Place, refuse_sorted};
use crate::service::instances::{InstanceFilter, InstanceSort, SortBy};
use crate::service::{InstanceView, Service};

/// One page of instances.
#[derive(Clone, Debug, PartialEq)]
pub struct InstancesPage {
    /// The instances.
    pub items: Vec<InstanceView>,
    /// Items of the inventory that can't be understood. Of a sorted list, the first page has all.
    pub broken: Vec<BrokenItem>,
    /// Where the next page begins, if there may be one.
    pub next: Option<String>,
}

/// Pages of the inventory that one request reads at most where it need not read all, so that a rare
/// filter does not hold a request for ever.
const INVENTORY_PAGES: usize = 20;

/// The items of a page of the inventory where all are read. DynamoDB ends a page at 1 MB, which is
/// about a thousand items.
const WHOLE_PAGE: usize = 1_000;

/// What the next page of the inventory takes, with who holds its instances.
const PAGE_AND_HOLDERS: Duration = STORE_TIMEOUT.saturating_mul(2);

impl Service {
    /// One page of instances, filtered after classification. Without an order a page may have fewer
    /// than `limit` and still a next one.
    ///
    /// # Errors
    /// A [`Failure`] when the cursor is not of this list, when the inventory can't be read, or not
    /// all of it in time where it must be sorted.
    pub(in crate::service) async fn instances(
        &self,
        filter: &InstanceFilter,
    ) -> Result<InstancesPage, Failure> {
        let mut page = match filter.sort {
            Some(sort) => self.sorted_page(filter, sort).await?,
            None => self.inventory_page(filter).await?,
        };
        self.add_lease_owners(&mut page.items).await?;
        Ok(page)
    }

    async fn inventory_page(&self, filter: &InstanceFilter) -> Result<InstancesPage, Failure> {
        filter.cursor.as_deref().map_or(Ok(()), refuse_sorted)?;
        let mut page =
            InstancesPage { items: Vec::new(), broken: Vec::new(), next: filter.cursor.clone() };
        for _ in 0..INVENTORY_PAGES {
            let wanted = filter.limit.saturating_sub(page.items.len());
            let part = self.inventory_part(page.next.as_deref(), wanted).await?;
            page.broken.extend(part.broken);
            page.next = part.next;
            let accepted = part.items.into_iter().filter(|item| filter.accepts_item(item));
            let views = accepted.map(|item| self.view(item));
            page.items.extend(views.filter(|view| self.lists(filter, view)));
            if page.next.is_none()
                || page.items.len() >= filter.limit
                || !self.has_time_for(PAGE_AND_HOLDERS)
            {
                break;
            }
        }
        Ok(page)
    }

    async fn inventory_part(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<InventoryPage, Failure> {
        self.ports.inventory.list(cursor, limit).await.map_err(Failure::from)
    }

    async fn sorted_page(
        &self,
        filter: &InstanceFilter,
        sort: InstanceSort,
    ) -> Result<InstancesPage, Failure> {
        let cursor = filter.cursor.as_deref();
        let after = cursor.map(|cursor| sort.read_cursor(cursor)).transpose()?;
        let (mut found, broken) = self.whole_inventory(filter, sort).await?;
        if let Some(after) = &after {
            found.retain(|(place, _)| sort.compare(place, after).is_gt());
        }
        found.sort_unstable_by(|(one, _), (other, _)| sort.compare(one, other));
        let limit = filter.limit.max(1);
        let has_more = found.len() > limit;
        found.truncate(limit);
        let last = found.last().filter(|_| has_more).map(|(place, _)| place.clone());
        Ok(InstancesPage {
            items: found.into_iter().map(|(_, item)| self.view(item)).collect(),
            broken: if after.is_none() { broken } else { Vec::new() },
            next: last.map(|last| sort.cursor(last)),
        })
    }

    /// Every item that is listed, with its place, and those that can't be understood.
    async fn whole_inventory(
        &self,
        filter: &InstanceFilter,
        sort: InstanceSort,
    ) -> Result<(Vec<(Place, InventoryItem)>, Vec<BrokenItem>), Failure> {
        let (mut found, mut broken, mut cursor) = (Vec::new(), Vec::new(), None);
        loop {
            let part = self.inventory_part(cursor.as_deref(), WHOLE_PAGE).await?;
            broken.extend(part.broken);
            found.extend(part.items.into_iter().filter_map(|item| self.placed(filter, sort, item)));
            cursor = part.next;
            if cursor.is_none() {
                return Ok((found, broken));
            }
            if !self.has_time_for(PAGE_AND_HOLDERS) {
                return Err(too_long_to_sort());
            }
        }
    }

    /// The item with its place, if it is listed. It is classified only where that is needed: that
    /// is most of the work, and a page shows few of many.
    fn placed(
        &self,
        filter: &InstanceFilter,
        sort: InstanceSort,
        item: InventoryItem,
    ) -> Option<(Place, InventoryItem)> {
        if !filter.accepts_item(&item) {
            return None;
        }
        if !filter.needs_view() && sort.by != SortBy::Environment {
            return Some((sort.place(&item, None), item));
        }
        let view = self.view(item);
        let place = sort.place(&view.item, Some(&view.classification.environment));
        self.lists(filter, &view).then_some((place, view.item))
    }
}

/// An order of a part would be a wrong one.
fn too_long_to_sort() -> Failure {
    Failure::new(
        Code::InventoryUnavailable,
        "The whole inventory could not be read in the time of a request, so it can't be sorted.",
        "Send the request again, or without `sort`: then a page needs only a part of the inventory.",
    )
}
