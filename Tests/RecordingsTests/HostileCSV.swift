/// Makes CSV files that are nearly right: a header, a few rows of cells at their limits, then some damage.
struct HostileCSV {
    private var random: SeededGenerator
    private let headers: [[[UInt8]]]
    private let cells: [[UInt8]]
    private let pieces: [[UInt8]]

    /// - Parameters:
    ///   - headers: the columns of the files to make.
    ///   - cells: what the cells say.
    init(seed: UInt64, headers: [String], cells: [String]) {
        random = SeededGenerator(seed: seed)
        self.headers = headers.map { $0.split(separator: ",").map { Array($0.utf8) } }
        self.cells = cells.map { Array($0.utf8) }
        pieces =
            [
                "\"", "\"\"", ",", "\n", "\r", "\r\n", "\u{0}", "-", "0", "9", "\u{FEFF}", " ", "a", "\",\"", "1,2",
                "99999999999999999999", "é",
            ].map { Array($0.utf8) } + [[0xFF], [0xC3]]
    }

    mutating func next() -> [UInt8] {
        let header = headers[random.below(headers.count)]
        let lineEnd: [UInt8] = random.below(2) == 0 ? [13, 10] : [10]
        var file: [UInt8] = random.below(16) == 0 ? [0xEF, 0xBB, 0xBF] : []
        for (index, name) in header.enumerated() {
            if index > 0 { file.append(44) }
            file += name
        }
        file += lineEnd
        for _ in 0..<random.below(3) {
            for (index, name) in header.enumerated() {
                if index > 0 { file.append(44) }
                append(name, to: &file)
            }
            file += lineEnd
        }
        if random.below(8) == 0 { file += lineEnd }
        if random.below(4) == 0, !file.isEmpty { file.removeLast() }
        if random.below(2) == 0 { for _ in 0...random.below(3) { damage(&file) } }
        return file
    }

    /// Appends a cell that its column may well hold, so that many rows can be read.
    private mutating func append(_ name: [UInt8], to file: inout [UInt8]) {
        let isQuoted = random.below(8) == 0
        if isQuoted { file.append(34) }
        if random.below(16) == 0 {
            file += cells[random.below(cells.count)]
        } else if name == Array("outcome".utf8) {
            // The words come first.
            file += cells[random.below(6)]
        } else if name == Array("returned_ns".utf8) {
            file += Array("9223372036854775807".utf8)
        } else if name.first == UInt8(ascii: "x") {
            file += isQuoted ? Array("a \"\"b\"\",\r\nc".utf8) : [0xFF, 34, 0]
        } else {
            file += Array(String(1 + random.below(99)).utf8)
        }
        if isQuoted { file.append(34) }
    }

    private mutating func damage(_ file: inout [UInt8]) {
        guard !file.isEmpty else { return }
        let place = random.below(file.count)
        let length = min(1 + random.below(12), file.count - place)
        switch random.below(6) {
        case 0: file[place] ^= 1 << UInt8(random.below(8))
        case 1: file.removeSubrange(place..<place + length)
        case 2: file.insert(contentsOf: pieces[random.below(pieces.count)], at: place)
        case 3: file.insert(contentsOf: Array(file[place..<place + length]), at: random.below(file.count))
        case 4: file.removeSubrange(place...)
        default: swapLines(&file)
        }
    }

    private mutating func swapLines(_ file: inout [UInt8]) {
        var lines = file.split(separator: 10, omittingEmptySubsequences: false)
        lines.swapAt(random.below(lines.count), random.below(lines.count))
        file = Array(lines.joined(separator: [10]))
    }
}
