//! Failures that wait for their call.

/// Failures of coming calls of several kinds, each counted for itself.
#[derive(Debug)]
pub struct Planned<Call, Failure> {
    waiting: Vec<(Call, u32, Failure)>,
}

impl<Call: PartialEq, Failure> Planned<Call, Failure> {
    /// Has the `nth` coming call of this kind fail; 1 is the next one.
    pub fn plan(&mut self, call: Call, nth: u32, failure: Failure) {
        self.waiting.push((call, nth, failure));
    }

    /// Counts a call, and gives the failure whose turn it is; the one planned first, where there
    /// are several.
    pub fn count(&mut self, call: &Call) -> Option<Failure> {
        for (of, nth, _) in &mut self.waiting {
            if of == call {
                *nth = nth.saturating_sub(1);
            }
        }
        let at = self.waiting.iter().position(|(of, nth, _)| of == call && *nth == 0)?;
        Some(self.waiting.remove(at).2)
    }
}

impl<Call, Failure> Default for Planned<Call, Failure> {
    fn default() -> Self {
        Self { waiting: Vec::new() }
    }
}
