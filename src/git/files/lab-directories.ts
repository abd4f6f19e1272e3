/** The directories that form a lab; everything else in the repository is ignored. */
export const labDirectories = ['lab-config', 'device-types', 'device-dictionaries', 'workers'];
