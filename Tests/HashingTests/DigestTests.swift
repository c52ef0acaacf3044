import Hashing
import Testing

@Suite struct DigestTests {
    @Test(
        "SHA-256 as FIPS 180-4 has it",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ])
    func sha256(text: String, expected: String) {
        let digest = Digest.sha256(Array(text.utf8)[...])
        #expect(Digest.hexadecimal(digest) == expected)
    }
}
