//! ◆ What a recogniser of slots gives: a value, where it stands, how sure it is.

/// One value that the caller may have said.
#[derive(Debug, Clone, PartialEq)]
pub struct Found<T> {
    pub value: T,
    /// 0..1: how likely the words mean this value, if the recogniser heard the words right.
    pub confidence: f32,
    /// Bytes of the text from which the value was read: first, one past the last.
    pub span: (usize, usize),
}

impl<T> Found<T> {
    /// The same find with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Found<U> {
        Found { value: f(self.value), confidence: self.confidence, span: self.span }
    }
}
