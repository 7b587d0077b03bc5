/// A key's name with gaps where the values of an attempt stand.
struct KeyShape {
    /// nil for a gap of one byte or more.
    var pieces: [[UInt8]?]

    /// Whether a key may be called so.
    func fits(_ name: ArraySlice<UInt8>) -> Bool {
        var rest = name
        var hasGap = false
        for (index, piece) in pieces.enumerated() {
            guard let piece else {
                guard !rest.isEmpty else { return false }
                rest = rest.dropFirst()
                hasGap = true
                continue
            }
            if hasGap, index == pieces.count - 1 {
                return rest.count >= piece.count && rest.suffix(piece.count) == piece[...]
            }
            while hasGap, !rest.isEmpty, !rest.starts(with: piece) { rest = rest.dropFirst() }
            guard rest.starts(with: piece) else { return false }
            rest = rest.dropFirst(piece.count)
            hasGap = false
        }
        return rest.isEmpty || hasGap
    }
}
