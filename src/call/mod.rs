//! ◆ 2. The life of a call.
