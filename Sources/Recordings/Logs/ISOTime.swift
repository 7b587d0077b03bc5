/// A time in the words of ISO 8601 and RFC 3339: a day, a T or a blank, hours to seconds with or without a fraction, and the zone,
/// without which the hours of two machines, or of one in autumn, have no order.
enum ISOTime {
    static func parse(_ cell: UnsafeRawBufferPointer) throws(LogTime.Problem) -> LogTime {
        var reader = Reader(cell)
        guard let year = reader.number(4), reader.pass("-"), let month = reader.number(2), reader.pass("-"),
            let day = reader.number(2), reader.pass("T") || reader.pass("t") || reader.pass(" "),
            let hour = reader.number(2), reader.pass(":"), let minute = reader.number(2)
        else { throw .noTime }
        var second = 0
        if reader.pass(":") {
            guard let number = reader.number(2) else { throw .noTime }
            second = number
        }
        var fraction: Int64 = 0
        var places = 0
        var isCut = false
        if reader.pass(".") || reader.pass(",") {
            while let digit = reader.digit() {
                if places < 9 {
                    fraction = fraction * 10 + Int64(digit)
                    places += 1
                } else if digit > 0 {
                    isCut = true
                }
            }
            guard places > 0 else { throw .noTime }
        }
        guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60 else {
            throw .noTime
        }
        let zone = try reader.zone()
        guard year >= 1970 else { throw .negative }
        guard year <= 2261 else { throw .outOfRange }
        let seconds = Int64(days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - zone * 60)
        guard seconds >= 0 else { throw .negative }
        for _ in places..<9 { fraction *= 10 }
        return LogTime(nanoseconds: seconds * 1_000_000_000 + fraction, power: 9 - places, isCut: isCut)
    }

    /// Days since 1970 in the Gregorian calendar (Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private struct Reader {
        private let cell: UnsafeRawBufferPointer
        private var offset = 0

        init(_ cell: UnsafeRawBufferPointer) { self.cell = cell }

        mutating func pass(_ byte: Unicode.Scalar) -> Bool {
            guard offset < cell.count, cell[offset] == UInt8(ascii: byte) else { return false }
            offset += 1
            return true
        }

        mutating func digit() -> UInt8? {
            guard offset < cell.count else { return nil }
            let digit = cell[offset] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            offset += 1
            return digit
        }

        mutating func number(_ places: Int) -> Int? {
            var value = 0
            for _ in 0..<places {
                guard let digit = digit() else { return nil }
                value = value * 10 + Int(digit)
            }
            return value
        }

        /// Minutes east of UTC.
        mutating func zone() throws(LogTime.Problem) -> Int {
            while pass(" ") {}
            guard offset < cell.count else { throw .noZone }
            if pass("Z") || pass("z") { return try end(0) }
            for word in ["UTC", "GMT"] where cell[offset...].elementsEqual(word.utf8) { return 0 }
            let isWest = pass("-")
            guard isWest || pass("+"), let hours = number(2) else { throw .noTime }
            _ = pass(":")
            let minutes = offset < cell.count ? number(2) : 0
            guard let minutes, hours <= 15, minutes < 60 else { throw .noTime }
            return try end((isWest ? -1 : 1) * (hours * 60 + minutes))
        }

        private func end(_ zone: Int) throws(LogTime.Problem) -> Int {
            guard offset == cell.count else { throw .noTime }
            return zone
        }
    }
}
