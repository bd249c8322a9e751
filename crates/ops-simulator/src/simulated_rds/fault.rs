//! Faults of single calls: what goes wrong between the service and RDS.

use crate::planned::Planned;

/// Something that goes wrong with one call.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Fault {
    /// With a poll.
    Observe {
        /// With which: 1 is the next one.
        nth: u32,
        /// What.
        fault: ObserveFault,
    },
    /// With a call.
    Send {
        /// With which: 1 is the next one.
        nth: u32,
        /// What.
        fault: SendFault,
    },
}

/// What goes wrong with a poll.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ObserveFault {
    /// AWS asks for slower requests.
    Throttled,
    /// AWS refuses the service's role.
    Denied,
    /// RDS does not answer.
    Unavailable,
}

/// What goes wrong with a call.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SendFault {
    /// AWS asks for slower requests; nothing happens.
    Throttled,
    /// AWS refuses the service's role; nothing happens.
    Denied,
    /// AWS does not accept the credentials, because they have expired; nothing happens.
    Unauthenticated,
    /// The call can't be sent; nothing happens, and the sender knows it.
    Unavailable,
    /// The call is lost on its way; nothing happens, and the sender does not know it.
    LostBefore,
    /// The answer is lost on its way; RDS took the call, and the sender does not know it.
    LostAfter,
    /// RDS refuses the call.
    Refused {
        /// The wire code.
        code: String,
    },
}

impl Fault {
    /// A fault of the next poll.
    #[must_use]
    pub const fn next_describe(fault: ObserveFault) -> Self {
        Self::Observe { nth: 1, fault }
    }

    /// A fault of the next call.
    #[must_use]
    pub const fn next_send(fault: SendFault) -> Self {
        Self::Send { nth: 1, fault }
    }
}

/// The faults that wait for their call.
#[derive(Debug, Default)]
pub(super) struct Faults {
    requests: Planned<(), ObserveFault>,
    sends: Planned<(), SendFault>,
}

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) {
        match fault {
            Fault::Observe { nth, fault } => self.requests.plan((), nth, fault),
            Fault::Send { nth, fault } => self.sends.plan((), nth, fault),
        }
    }

    /// The fault of the poll that begins now.
    pub(super) fn on_look(&mut self) -> Option<ObserveFault> {
        self.requests.count(&())
    }

    /// The fault of the call that is sent now.
    pub(super) fn on_send(&mut self) -> Option<SendFault> {
        self.sends.count(&())
    }
}
