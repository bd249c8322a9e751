//! Figures by a naive computation.
