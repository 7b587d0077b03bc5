import Glibc

/// Makes of a CSV file with numbers one with texts in place of the ids in its first and third columns: a UUID for each attempt, an
/// e-mail address for each buyer. Everything else stays the same, so that both mean the same.
enum TextIDRows {
    static func write(from source: String, to target: String) {
        guard let input = fopen(source, "r"), let output = fopen(target, "w") else {
            fail("\(target) cannot be written from \(source)")
        }
        var line: UnsafeMutablePointer<CChar>?
        var size = 0
        var isHeader = true
        while case let count = getline(&line, &size, input), count > 0, let line {
            let end = line + count
            if isHeader {
                fwrite(line, 1, count, output)
                isHeader = false
                continue
            }
            guard let second = cell(after: line, end), let third = cell(after: second, end) else {
                fail("\(source) has a row without three columns")
            }
            fputs(uuid(of: strtoull(line, nil, 10)), output)
            fwrite(second - 1, 1, third - second + 1, output)
            fputs("customer-\(strtoull(third, nil, 10))@example.org", output)
            // With the comma or the line's end before it.
            let rest = cell(after: third, end).map { $0 - 1 } ?? end - 1
            fwrite(rest, 1, end - rest, output)
        }
        free(line)
        guard ferror(input) == 0, fclose(output) == 0 else { fail("\(target) cannot be written") }
        fclose(input)
    }

    private static func cell(
        after start: UnsafeMutablePointer<CChar>, _ end: UnsafeMutablePointer<CChar>
    ) -> UnsafeMutablePointer<CChar>? {
        memchr(start, Int32(UInt8(ascii: ",")), end - start).map {
            $0.assumingMemoryBound(to: CChar.self) + 1
        }
    }

    /// Looks as random ones do, and is the same each time.
    private static func uuid(of number: UInt64) -> String {
        let first = mixed(number)
        let second = mixed(first)
        let digits = Array(hexadecimal(first).utf8) + Array(hexadecimal(second).utf8)
        var text: [UInt8] = []
        for (place, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(place) { text.append(UInt8(ascii: "-")) }
            text.append(place == 12 ? UInt8(ascii: "4") : place == 16 ? UInt8(ascii: "a") : digit)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// SplitMix64's output function (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators").
    private static func mixed(_ value: UInt64) -> UInt64 {
        var value = value &+ 0x9E37_79B9_7F4A_7C15
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
