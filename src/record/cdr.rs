//! ◆ CDR
