/// The largest of neighbouring numbers: the maxima of whole blocks in a table of powers of two (Bender and Farach-Colton
/// 2000), and the ends of a range number by number.
struct RangeMaximum {
    private static var blockSize: Int { 32 }

    private let numbers: [Int]
    /// Of each power of two, from each block on the maximum of so many blocks.
    private var levels: [[Int]] = []

    init(_ numbers: [Int]) {
        self.numbers = numbers
        let blocks = stride(from: 0, to: numbers.count, by: Self.blockSize).map { start in
            numbers[start..<min(start + Self.blockSize, numbers.count)].max() ?? .min
        }
        levels.append(blocks)
        var width = 1
        while 2 * width <= blocks.count {
            let before = levels[levels.count - 1]
            levels.append((0...blocks.count - 2 * width).map { max(before[$0], before[$0 + width]) })
            width *= 2
        }
    }

    /// - Parameter range: of indices that there are.
    func maximum(in range: ClosedRange<Int>) -> Int {
        let first = range.lowerBound / Self.blockSize
        let last = range.upperBound / Self.blockSize
        if last - first <= 1 { return scan(range.lowerBound, range.upperBound) }
        var maximum = max(
            scan(range.lowerBound, (first + 1) * Self.blockSize - 1), scan(last * Self.blockSize, range.upperBound))
        let blocks = last - first - 1
        let level = Int.bitWidth - 1 - blocks.leadingZeroBitCount
        maximum = max(maximum, levels[level][first + 1], levels[level][last - (1 << level)])
        return maximum
    }

    private func scan(_ first: Int, _ last: Int) -> Int {
        var maximum = Int.min
        for index in first...last where numbers[index] > maximum { maximum = numbers[index] }
        return maximum
    }
}
