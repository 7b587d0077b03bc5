extension RandomAccessCollection where Index == Int {
    /// The first index whose element belongs to the second part; the end where none does. O(log n).
    ///
    /// - Parameter belongsInSecondPart: false for all elements up to some index, and true for all from there on.
    func partitioningIndex(where belongsInSecondPart: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if belongsInSecondPart(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
