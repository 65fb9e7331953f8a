package io.seismo.app.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest, with the Java it runs on. */
public final class Version implements IVersionProvider {

    /** Version of this build; {@code development} when it does not run from a jar. */
    public static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "seismo " + current(),
            "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
        };
    }
}
