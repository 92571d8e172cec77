//! ◆ transcript
