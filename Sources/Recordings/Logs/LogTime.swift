/// One cell's time.
struct LogTime: Equatable {
    /// Whole nanoseconds, rounded down.
    var nanoseconds: Int64
    /// The power of ten of nanoseconds that the last digit of the cell stands for; 0 also where it is finer.
    var power: Int
    /// Whether the cell tells more than whole nanoseconds.
    var isCut: Bool

    enum Problem: Error, Equatable {
        /// Neither a number nor an ISO 8601 time.
        case noTime
        case negative
        /// A number, and nobody told what it counts.
        case noUnit
        /// An ISO 8601 time without its zone.
        case noZone
        /// Beyond the year 2262, or what `epoch` does not know.
        case outOfRange
    }

    /// A number may have a fraction and an exponent.
    ///
    /// - Parameters:
    ///   - unit: what a number counts.
    ///   - hasDecimalComma: whether a comma may stand for the point.
    init(
        _ cell: UnsafeRawBufferPointer, unit: TimeUnit?, hasDecimalComma: Bool = false
    ) throws(Problem) {
        guard let number = LogNumber(cell, hasDecimalComma: hasDecimalComma) else {
            self = try ISOTime.parse(cell)
            return
        }
        guard !number.isNegative else { throw .negative }
        guard let unit else { throw .noUnit }
        let unitPower = if let power = unit.power { power } else { try Self.epochPower(of: number) }
        let power = unitPower + number.exponent
        var value = number.digits
        isCut = false
        if power > 0 {
            guard value == 0 || power <= 18 else { throw .outOfRange }
            let (product, overflow) = value.multipliedReportingOverflow(by: value == 0 ? 1 : Self.powers[power])
            guard !overflow else { throw .outOfRange }
            value = product
        } else if power < 0 {
            let divisor = power >= -19 ? Self.powers[-power] : .max
            isCut = !value.isMultiple(of: divisor)
            value /= divisor
        }
        guard value <= UInt64(Int64.max) else { throw .outOfRange }
        nanoseconds = Int64(value)
        self.power = min(18, max(0, power))
        // A double has 53 bits: of the time since 1970, a fraction's last digits are not the clock's.
        if number.exponent < 0, value >= 1_000_000_000_000_000_000 { self.power = max(self.power, 3) }
    }

    init(nanoseconds: Int64, power: Int, isCut: Bool = false) {
        self.nanoseconds = nanoseconds
        self.power = power
        self.isCut = isCut
    }

    static let powers: [UInt64] = (0...19).map { (0..<$0).reduce(1) { power, _ in power * 10 } }

    /// Of 10 digits before the point seconds, of 13 milliseconds, of 16 microseconds, of 19 nanoseconds.
    private static func epochPower(of number: LogNumber) throws(Problem) -> Int {
        var whole = number.digits
        var exponent = number.exponent
        while exponent < 0, whole > 0 {
            whole /= 10
            exponent += 1
        }
        guard exponent == 0 else { throw .outOfRange }
        switch whole {
        case 1_000_000_000..<10_000_000_000: return 9
        case 1_000_000_000_000..<10_000_000_000_000: return 6
        case 1_000_000_000_000_000..<10_000_000_000_000_000: return 3
        case 1_000_000_000_000_000_000...UInt64(Int64.max): return 0
        default: throw .outOfRange
        }
    }
}

/// A decimal number: its digits times a power of ten.
struct LogNumber {
    /// The first 19 of them.
    private(set) var digits: UInt64 = 0
    private(set) var exponent = 0
    private(set) var isNegative = false

    /// Nil where the cell is none.
    @inline(__always)
    init?(_ cell: UnsafeRawBufferPointer, hasDecimalComma: Bool = false) {
        var offset = 0
        let end = cell.count
        if offset < end, cell[offset] == UInt8(ascii: "-") || cell[offset] == UInt8(ascii: "+") {
            isNegative = cell[offset] == UInt8(ascii: "-")
            offset += 1
        }
        let start = offset
        var hasDigits = false
        while offset < end {
            let digit = cell[offset] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            hasDigits = true
            if digits < 1_000_000_000_000_000_000 {
                digits = digits * 10 + UInt64(digit)
            } else {
                exponent += 1
            }
            offset += 1
        }
        if offset == end {
            guard offset > start else { return nil }
            return
        }
        let point = cell[offset]
        if point == UInt8(ascii: ".") || (hasDecimalComma && point == UInt8(ascii: ",")) {
            offset += 1
            while offset < end {
                let digit = cell[offset] &- UInt8(ascii: "0")
                guard digit <= 9 else { break }
                hasDigits = true
                if digits < 1_000_000_000_000_000_000, exponent <= 0 {
                    digits = digits * 10 + UInt64(digit)
                    exponent -= 1
                }
                offset += 1
            }
        }
        guard hasDigits else { return nil }
        guard offset < end else { return }
        guard cell[offset] | 0x20 == UInt8(ascii: "e") else { return nil }
        guard let power = Self.power(cell, offset + 1) else { return nil }
        exponent += power
    }

    private static func power(_ cell: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        var offset = start
        var isNegative = false
        if offset < cell.count, cell[offset] == UInt8(ascii: "-") || cell[offset] == UInt8(ascii: "+") {
            isNegative = cell[offset] == UInt8(ascii: "-")
            offset += 1
        }
        guard offset < cell.count, cell.count - offset <= 3 else { return nil }
        var value = 0
        while offset < cell.count {
            let digit = cell[offset] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = value * 10 + Int(digit)
            offset += 1
        }
        return isNegative ? -value : value
    }
}
