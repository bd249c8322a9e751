//! Lists of several pages.

use ops_api_types::Page;
use ops_client::Error;

use crate::cli::LengthArgs;
use crate::output::Output;

/// The most items that the service puts on a page.
const PAGE: u32 = 100;

/// How many items to ask for at once.
#[must_use]
pub fn page_size(length: LengthArgs) -> u32 {
    if length.all { PAGE } else { length.limit.min(PAGE) }
}

/// The pages of a list as one, up to the length that is asked for.
///
/// # Errors
/// That of the first page that can't be read.
pub async fn collect<T>(
    length: LengthArgs,
    read: impl AsyncFn(Option<String>) -> Result<Page<T>, Error>,
) -> Result<Page<T>, Error> {
    let mut all = read(None).await?;
    while all.items.len() < length.most()
        && let Some(cursor) = all.next_cursor.take()
    {
        let next = read(Some(cursor)).await?;
        all.items.extend(next.items);
        all.next_cursor = next.next_cursor;
        if let Some(broken) = next.broken {
            all.broken.get_or_insert_default().extend(broken);
        }
    }
    Ok(all)
}

/// Says when a list goes on, and which items of the inventory it lacks.
pub fn note_rest<T>(page: &Page<T>, output: &Output) {
    if page.next_cursor.is_some() {
        let shown = page.items.len();
        output.note(&format!("the first {shown} are shown; --limit N or --all shows more"));
    }
    for broken in page.broken.iter().flatten() {
        output.note(&format!("not shown: {}: {}", broken.instance_id, broken.problem));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(items: &[u32], next: Option<&str>) -> Page<u32> {
        Page {
            matched: None,
            items: items.to_vec(),
            broken: None,
            next_cursor: next.map(str::to_owned),
        }
    }

    #[tokio::test]
    async fn pages_are_read_until_there_are_enough() {
        for (length, items) in [
            (LengthArgs { limit: 2, all: false }, vec![1, 2]),
            (LengthArgs { limit: 3, all: false }, vec![1, 2, 3, 4]),
            (LengthArgs { limit: 50, all: true }, vec![1, 2, 3, 4, 5]),
        ] {
            let read = async |cursor: Option<String>| match cursor.as_deref() {
                None => Ok(page(&[1, 2], Some("b"))),
                Some("b") => Ok(page(&[3, 4], Some("c"))),
                _ => Ok(page(&[5], None)),
            };
            assert_eq!(collect(length, read).await.expect("it is read").items, items);
        }
    }
}
