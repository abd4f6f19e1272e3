/** The directories that make a lab; whatever else is in the repository is not read. */
export const labDirectories = ['lab-config', 'device-types', 'device-dictionaries', 'workers'];
