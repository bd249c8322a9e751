//! The promises of every port, as functions that each adapter runs against itself.
