/// Kindred's version.
package let version: StaticString = "0.2.0"
