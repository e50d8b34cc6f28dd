package io.retrograd.certify;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Results as JUnit writes them. */
public final class JUnitXml {
    /** What XML 1.0 cannot hold, not even escaped. */
    private static final String FORBIDDEN =
            "[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]";

    /**
     * Cases that belong together.
     *
     * @param timestamp when it began, in ISO 8601
     * @param said what was written to standard error; empty for nothing
     */
    public record Suite(
            String name, double seconds, String timestamp, List<Case> cases, String said) {
        public Suite {
            cases = List.copyOf(cases);
        }

        private long count(Status status) {
            return cases.stream().filter(each -> each.status == status).count();
        }
    }

    /**
     * One thing that was tried.
     *
     * @param group the name of its class
     * @param detail what is to be said of it
     */
    public record Case(String group, String name, Status status, String detail) {}

    private JUnitXml() {}

    /** A certificate: a suite a part, a case for each thing tried. */
    static String of(Certificate certificate) {
        List<Suite> suites = new ArrayList<>();
        for (PartResult part : certificate.parts()) {
            String group = "certify." + part.part().label();
            List<Case> cases = new ArrayList<>();
            for (Trial trial : part.trials()) {
                String seed = trial.seed() == null ? "" : " seed " + trial.seed();
                String where = trial.precision().isEmpty() ? "" : trial.precision() + " ";
                cases.add(
                        new Case(
                                group,
                                where + trial.what() + seed,
                                trial.status(),
                                trial.detail()));
            }
            if (part.trials().isEmpty() || part.status() == Status.CRASHED) {
                cases.add(new Case(group, "the part", part.status(), part.message()));
            }
            suites.add(
                    new Suite(
                            part.part().label(),
                            part.seconds(),
                            certificate.date().toString(),
                            cases,
                            String.join("\n", part.said())));
        }
        return of("certify " + certificate.device(), suites);
    }

    /** A file of these suites. */
    public static String of(String name, List<Suite> suites) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuites");
            xml.writeAttribute("name", clean(name));
            for (Suite suite : suites) {
                write(xml, suite);
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
        return text + "\n";
    }

    private static void write(XMLStreamWriter xml, Suite suite) throws XMLStreamException {
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", clean(suite.name));
        xml.writeAttribute("tests", Integer.toString(suite.cases.size()));
        xml.writeAttribute("failures", Long.toString(suite.count(Status.FAILED)));
        xml.writeAttribute("errors", Long.toString(suite.count(Status.CRASHED)));
        xml.writeAttribute("skipped", Long.toString(suite.count(Status.NOT_RUN)));
        xml.writeAttribute("time", String.format(Locale.ROOT, "%.3f", suite.seconds));
        xml.writeAttribute("timestamp", suite.timestamp);
        for (Case each : suite.cases) {
            write(xml, each);
        }
        if (!suite.said.isEmpty()) {
            xml.writeStartElement("system-err");
            xml.writeCharacters(clean(suite.said));
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static void write(XMLStreamWriter xml, Case each) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", clean(each.group));
        xml.writeAttribute("name", clean(each.name));
        if (each.status == Status.PASSED) {
            xml.writeStartElement("system-out");
            xml.writeCharacters(clean(each.detail));
        } else {
            xml.writeStartElement(
                    switch (each.status) {
                        case FAILED -> "failure";
                        case CRASHED -> "error";
                        default -> "skipped";
                    });
            xml.writeAttribute("message", clean(each.detail.lines().findFirst().orElse("")));
            xml.writeCharacters(clean(each.detail));
        }
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private static String clean(String text) {
        return text.replaceAll(FORBIDDEN, "?");
    }
}
