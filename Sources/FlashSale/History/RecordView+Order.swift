extension RecordView {
    /// Whether one attempt comes before the other: by invocation, and of those at one instant by what was recorded of them.
    ///
    /// Ids tell last, and only so that the order is always the same: whoever names the same attempts otherwise, or writes them
    /// in another order, shall be judged alike.
    static func precedes(_ left: RecordView, _ right: RecordView) -> Bool {
        if left.invokedNanoseconds != right.invokedNanoseconds {
            return left.invokedNanoseconds < right.invokedNanoseconds
        }
        if left.number != right.number { return left.number < right.number }
        if left.returnedNanoseconds != right.returnedNanoseconds {
            // What has no end ends last.
            guard let end = left.returnedNanoseconds else { return false }
            return right.returnedNanoseconds.map { end < $0 } ?? true
        }
        if left.outcome != right.outcome { return left.outcome.rawValue < right.outcome.rawValue }
        if left.quantity != right.quantity { return left.quantity < right.quantity }
        if left.remaining != right.remaining {
            guard let remaining = left.remaining else { return false }
            return right.remaining.map { remaining < $0 } ?? true
        }
        return (left.id, left.purchase, left.buyer) < (right.id, right.purchase, right.buyer)
    }
}
