//! whisper.cpp and ggml write to stderr by themselves; this sends their lines to `tracing`.

use std::ffi::{CStr, c_char, c_void};
use std::sync::Once;
use whisper_rs::whisper_rs_sys as sys;

static INSTALLED: Once = Once::new();

/// Redirects the engine's log, once per process.
pub fn install() {
    // SAFETY: the callback neither panics nor unwinds, and needs no user data.
    INSTALLED.call_once(|| unsafe { whisper_rs::set_log_callback(Some(on_line), std::ptr::null_mut()) });
}

/// Everything at DEBUG or below: the engine calls an aborted decode an error, and may print tokens.
unsafe extern "C" fn on_line(level: sys::ggml_log_level, text: *const c_char, _: *mut c_void) {
    if text.is_null() {
        return;
    }
    // SAFETY: whisper.cpp passes NUL-terminated text that lives during the call.
    let line = unsafe { CStr::from_ptr(text) }.to_string_lossy();
    match level {
        sys::ggml_log_level_GGML_LOG_LEVEL_ERROR | sys::ggml_log_level_GGML_LOG_LEVEL_WARN => {
            tracing::debug!(line = line.trim(), "whisper.cpp warns");
        }
        _ => tracing::trace!(line = line.trim(), "whisper.cpp"),
    }
}
